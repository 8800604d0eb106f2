import json

ANSWER = '{"Hello": "World"}'  # what another service returned


def lambda_handler(event, context):
    # json.loads makes a dictionary, as response.json() of an HTTP client does.
    return {"statusCode": 200, "body": json.loads(ANSWER)}
