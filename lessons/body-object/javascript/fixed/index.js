// The body is the text of an object.
exports.handler = async (event) => {
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ Hello: "World" }),
  };
};
