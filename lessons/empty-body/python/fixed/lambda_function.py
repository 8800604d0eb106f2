def lambda_handler(event, context):
    # A body that is empty is the empty text.
    return {"statusCode": 200, "body": ""}
