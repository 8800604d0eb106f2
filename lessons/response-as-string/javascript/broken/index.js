// The response is right, until it is encoded once more.
exports.handler = (event, context, callback) => {
  const response = {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ Hello: "World" }),
  };
  callback(null, JSON.stringify(response));
};
