// The function returns the response as an object. Only its body is encoded here.
exports.handler = (event, context, callback) => {
  const response = {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ Hello: "World" }),
  };
  callback(null, response);
};
