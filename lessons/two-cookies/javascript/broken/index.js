// Both cookies are in headers, as a list.
exports.handler = async (event) => {
  return {
    statusCode: 200,
    headers: { "Set-Cookie": ["session=1", "theme=dark"] },
    body: JSON.stringify({ Hello: "World" }),
  };
};
