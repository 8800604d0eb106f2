// Lets two pages read the response. Or so it was meant.
exports.handler = async (event) => {
  return {
    statusCode: 200,
    headers: { "Access-Control-Allow-Origin": "https://app.example, https://admin.example" },
    body: JSON.stringify({ Hello: "World" }),
  };
};
