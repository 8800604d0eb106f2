import json

ANSWER = '{"Hello": "World"}'  # what another service returned


def lambda_handler(event, context):
    # str() prints a dictionary as Python writes it, with single quotes.
    return {"statusCode": 200, "body": str(json.loads(ANSWER))}
