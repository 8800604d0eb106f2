// Refuses a request without a name, with an error.
exports.handler = (event, context, callback) => {
  const name = event.queryStringParameters?.name;
  if (!name) {
    callback(new Error("the name is missing"));
    return;
  }
  callback(null, { statusCode: 200, body: JSON.stringify({ Hello: name }) });
};
