// Both cookies are in one text, with a comma between them.
exports.handler = async (event) => {
  return {
    statusCode: 200,
    headers: { "Set-Cookie": "session=1, theme=dark" },
    body: JSON.stringify({ Hello: "World" }),
  };
};
