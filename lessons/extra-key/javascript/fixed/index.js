// The id is a header: clients see it, and the response keeps its shape.
exports.handler = async (event) => {
  return {
    statusCode: 200,
    headers: { "X-Greeting-Id": "42" },
    body: JSON.stringify({ Hello: "World" }),
  };
};
