// The same as an HTTP response: a status, headers, and a body that is text.
exports.handler = (event, context, callback) => {
  callback(null, {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ Hello: "World" }),
  });
};
