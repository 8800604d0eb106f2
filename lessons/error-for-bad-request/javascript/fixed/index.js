// Refuses a request without a name, with a response.
exports.handler = (event, context, callback) => {
  const name = event.queryStringParameters?.name;
  if (!name) {
    callback(null, { statusCode: 400, body: JSON.stringify({ message: "the name is missing" }) });
    return;
  }
  callback(null, { statusCode: 200, body: JSON.stringify({ Hello: name }) });
};
