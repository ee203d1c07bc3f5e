// A file of its own, because the content policy allows no script inside the page.
window.SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  persistAuthorization: true,
  // The default would send the document's address to a validator on the internet.
  validatorUrl: null,
});
