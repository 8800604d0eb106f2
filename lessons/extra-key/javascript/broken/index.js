// A response with a key that responses do not have.
exports.handler = async (event) => {
  return {
    statusCode: 200,
    body: JSON.stringify({ Hello: "World" }),
    requestId: "42",
  };
};
