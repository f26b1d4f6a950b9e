// A view is a plain description of elements. render() makes the document equal to it and touches
// nothing else, so focus, scrolling and what is being typed survive every refresh. Text only ever
// becomes text nodes: no name or explanation can turn into markup.

// h('p.hint', { id: 'x' }, 'text', …): an element's tag and classes, properties if any, children.
export function h(selector, ...children) {
  const [tag, ...classes] = selector.split('.');
  const props = isProps(children[0]) ? children.shift() : {};
  return {
    tag,
    props: classes.length ? { class: classes.join(' '), ...props } : props,
    children: children.flat(Infinity).filter((child) => child || child === 0),
  };
}

const isProps = (value) => Object.getPrototypeOf(value ?? '') === Object.prototype && !value.tag;

const XHTML = 'http://www.w3.org/1999/xhtml';
export const SVG = 'http://www.w3.org/2000/svg';
const drawn = new WeakMap();

export function render(parent, children) {
  const left = [...parent.childNodes];
  const nodes = children.map((child) => {
    const index = left.findIndex((node) => fits(node, child));
    const node = index < 0 ? create(child) : left.splice(index, 1)[0];
    update(node, child);
    return node;
  });
  for (const node of left) {
    // A dialog gives the focus back to what opened it only when it is closed.
    if (node.open && node.close) node.close();
    node.remove();
  }
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index]);
  });
}

function fits(node, child) {
  if (!child.tag) return node.nodeType === Node.TEXT_NODE;
  const old = drawn.get(node);
  if (old?.tag !== child.tag || old.props.key !== child.props.key) return false;
  // Without a key, another class is another thing, not the same one moved.
  return child.props.key !== undefined || old.props.class === child.props.class;
}

function create(child) {
  if (!child.tag) return document.createTextNode('');
  const { xmlns = XHTML } = child.props;
  const node = document.createElementNS(xmlns, child.tag);
  if (child.props.onmount) queueMicrotask(() => child.props.onmount(node));
  return node;
}

function update(node, child) {
  if (!child.tag) {
    // The server's sentences, which go into mails and programs as well, have straight apostrophes.
    const text = `${child}`.replace(/([a-z])'([a-z]{1,2}\b)/g, '$1’$2');
    if (node.data !== text) node.data = text;
    return;
  }
  const old = drawn.get(node)?.props ?? {};
  drawn.set(node, child);
  const { value, checked, ...props } = child.props;
  for (const name in { ...old, ...props }) {
    if (old[name] !== props[name]) set(node, name, props[name]);
  }
  render(node, child.children);
  // After the children, since a list has no value before it has options.
  if (value !== undefined && node.value !== `${value}`) node.value = value;
  if (checked !== undefined && node.checked !== checked) node.checked = checked;
}

function set(node, name, value) {
  if (['xmlns', 'key', 'onmount', 'value', 'checked'].includes(name)) return;
  if (name.startsWith('on')) node[name] = value;
  else if (name.startsWith('--')) node.style.setProperty(name, value);
  else if (value === undefined || value === null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? '' : value);
}
