def lambda_handler(event, context):
    # Deletes a greeting, and has nothing to say about it.
    return {"statusCode": 200, "body": {}}
