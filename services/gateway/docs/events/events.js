// Shows asyncapi.json: each event with the rooms that get it and the fields of its data. A file of its own, because the
// content policy allows no script inside the page.
const place = document.getElementById('events');

try {
  const answer = await fetch('../../asyncapi.json');
  if (!answer.ok) throw new Error(`The server answered ${answer.status}. Reload the page.`);
  place.append(...reference(await answer.json()));
} catch (error) {
  place.append(make('p', `The list of events could not be read. ${error.message}`));
}
place.removeAttribute('aria-busy');

function reference({ info, channels, operations, components }) {
  const names = Object.keys(channels);
  const link = (name) => make('li', Object.assign(make('a', name), { href: `#${name}` }));
  return [
    make('h1', `${info.title} ${info.version}`),
    make('p', ...prose(info.description)),
    make('p', Object.assign(make('a', 'asyncapi.json'), { href: '../../asyncapi.json' })),
    make('nav', make('ul', ...names.map(link))),
    ...names.map((name) =>
      event(name, channels[name], operations[`send ${name}`].summary, components.messages[name].payload),
    ),
  ];
}

function event(name, channel, summary, payload) {
  const title = Object.assign(make('h2', name), { id: name });
  const subject = make('p', 'Subject ', make('code', channel.address), '. ', ...prose(channel.description));
  return make('section', title, make('p', summary), subject, fields(payload, payload.$defs ?? {}));
}

function fields(schema, definitions) {
  const { properties = {}, required = [] } = resolve(schema, definitions);
  const head = make('thead', make('tr', ...['Field', 'Type', 'Meaning'].map((text) => make('th', text))));
  const rows = Object.entries(properties).map(([name, field]) =>
    make(
      'tr',
      make('td', make('code', name), required.includes(name) ? '' : ' (may be missing)'),
      make('td', type(field, definitions)),
      make('td', ...prose(resolve(field, definitions).description ?? ''), ...inner(field, definitions)),
    ),
  );
  return make('table', head, make('tbody', ...rows));
}

/** The fields of an object, or of a list's objects, below the field that holds them. */
function inner(field, definitions, depth = 0) {
  const own = withoutNull(resolve(field, definitions), definitions);
  const item = own.items ? withoutNull(resolve(own.items, definitions), definitions) : own;
  if (!item.properties || depth > 2) return [];
  const line = ([name, one]) =>
    make('li', make('code', name), ' ', type(one, definitions), ...inner(one, definitions, depth + 1));
  return [make('ul', ...Object.entries(item.properties).map(line))];
}

function type(field, definitions) {
  const own = resolve(field, definitions);
  if (own.const !== undefined) return JSON.stringify(own.const);
  if (own.enum) return own.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = own.anyOf ?? own.oneOf;
  if (choices) return [...new Set(choices.map((choice) => type(choice, definitions)))].join(' | ');
  if (own.type === 'array') return `list of ${type(own.items ?? {}, definitions)}`;
  if (Array.isArray(own.type)) return own.type.join(' | ');
  return own.format ? `${own.type} (${own.format})` : (own.type ?? 'any');
}

function withoutNull(schema, definitions) {
  const choices = schema.anyOf ?? schema.oneOf;
  const whole = choices?.find((choice) => choice.type !== 'null');
  return whole ? resolve(whole, definitions) : schema;
}

function resolve(schema, definitions) {
  const name = schema.$ref?.split('/').pop();
  return name && definitions[name] ? { ...definitions[name], ...schema, $ref: undefined } : schema;
}

/** Text with its words in backticks as code. */
function prose(text) {
  return text.split('`').map((part, i) => (i % 2 === 1 ? make('code', part) : part));
}

function make(tag, ...content) {
  const element = document.createElement(tag);
  element.append(...content);
  return element;
}
