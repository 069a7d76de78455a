// Keeps the rows of Azurite's tables in the order of their keys, so that a query by key reads only the rows it asks for. Azurite alone
// interprets a query's filter for every row of the table. Everything else, including what a filter means, is still Azurite's.
//
// node --require ./preload.js node_modules/azurite/dist/src/azurite.js
'use strict';

// The versions whose internals this knows.
const expected = { azurite: '3.37.0', lokijs: '1.5.12' };
const source = 'azurite/dist/src/table/persistence/';

/** The rows of a collection in key order: partitions by their key, and in each its rows by RowKey. */
class KeyOrder {
  constructor(collection) {
    this.partitions = [];
    for (const row of [...collection.data].sort((a, b) => compare(a.PartitionKey, b.PartitionKey) || compare(a.RowKey, b.RowKey))) {
      if (this.partitions.at(-1)?.key !== row.PartitionKey) this.partitions.push({ key: row.PartitionKey, rows: [] });
      this.partitions.at(-1).rows.push(row);
    }
    // Azurite keeps this index up to date, which in a partition of many rows takes a third of a write, and never reads it.
    delete collection.binaryIndices.PartitionKey;
    collection.on('insert', row => this.add(row));
    collection.on('delete', row => this.replace(row));
    collection.on('update', (row, before) => this.replace(before, row));
  }

  add(row) {
    const at = place(this.partitions, 'key', row.PartitionKey);
    if (this.partitions[at]?.key !== row.PartitionKey) this.partitions.splice(at, 0, { key: row.PartitionKey, rows: [] });
    const { rows } = this.partitions[at];
    // After its equals: Azurite may hold two rows of one key, and lists them as they came.
    rows.splice(place(rows, 'RowKey', row.RowKey, true), 0, row);
  }

  replace(before, ...after) {
    const at = place(this.partitions, 'key', before.PartitionKey);
    const { rows } = this.partitions[at];
    rows.splice(rows.indexOf(before, place(rows, 'RowKey', before.RowKey)), 1, ...after);
    if (rows.length === 0) this.partitions.splice(at, 1);
  }

  /** The rows with keys in the bounds, in order. `next` is the key at which a page begins. */
  *within({ PartitionKey, RowKey }, next) {
    for (let p = place(this.partitions, 'key', latest(PartitionKey.from, next.PartitionKey)); p < this.partitions.length; p++) {
      const { key, rows } = this.partitions[p];
      if (key > PartitionKey.to) return;
      let r = place(rows, 'RowKey', key === next.PartitionKey ? latest(RowKey.from, next.RowKey) : RowKey.from);
      for (; r < rows.length && !(rows[r].RowKey > RowKey.to); r++) yield rows[r];
    }
  }
}

/** Stands in for the collection in Azurite's own query, which goes on to filter each row, sort and limit. */
class Chain {
  constructor(rows) {
    this.rows = rows;
    this.conditions = [];
  }

  chain() {
    return this;
  }

  where(condition) {
    this.conditions.push(condition);
    return this;
  }

  // The rows are in Azurite's order already.
  sort() {
    return this;
  }

  limit(most) {
    this.most = most;
    return this;
  }

  data() {
    const found = [];
    for (const row of this.rows) {
      if (this.conditions.every(condition => condition(row)) && found.push(row) === this.most) break;
    }
    return found.slice(0, this.most);
  }
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function latest(from, next) {
  return next > from ? next : from;
}

/** The index of the first item whose key is not before the wanted one, or with `after` is after it. */
function place(items, name, wanted, after = false) {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const key = items[middle][name];
    if (key < wanted || (after && key === wanted)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Makes Azurite's store find rows by key. */
function install() {
  const Store = require(source + 'LokiTableMetadataStore').default;
  const parse = require(source + 'QueryInterpreter/QueryParser').default;
  const node = name => require(`${source}QueryInterpreter/QueryNodes/${name}Node`).default;
  const [And, Identifier, Constant, Equals] = ['And', 'Identifier', 'Constant', 'Equals'].map(node);
  const lower = [Equals, node('GreaterThanEqual'), node('GreaterThan')];
  const upper = [Equals, node('LessThanEqual'), node('LessThan')];
  const { queryTableEntities, getEntityCollection, decodeContinuationHeader } = Store.prototype;
  const used = [parse, And, Identifier, Constant, ...lower, ...upper, queryTableEntities, getEntityCollection, decodeContinuationHeader];
  if (!used.every(one => typeof one === 'function')) throw new Error('a function that this uses is missing');
  const orders = new WeakMap();

  Store.prototype.queryTableEntities = async function (context, account, table, options, nextPartition, nextRow) {
    const bounds = boundsOf(options.filter);
    if (!bounds) return queryTableEntities.apply(this, arguments);
    const collection = this.getEntityCollection(account, table, context);
    if (!orders.has(collection)) orders.set(collection, new KeyOrder(collection));
    const next = { PartitionKey: this.decodeContinuationHeader(nextPartition), RowKey: this.decodeContinuationHeader(nextRow) };
    const found = new Chain(orders.get(collection).within(bounds, next));
    return queryTableEntities.apply(Object.create(this, { getEntityCollection: { value: () => found } }), arguments);
  };

  /** Between which keys all rows are that match, if the filter compares keys with texts and nothing else. */
  function boundsOf(filter) {
    const bounds = { PartitionKey: { from: '' }, RowKey: { from: '' } };
    try {
      return !filter || narrow(bounds, parse(filter)) ? bounds : undefined;
    } catch {
      // Azurite says what is wrong with it.
      return undefined;
    }
  }

  function narrow(bounds, { constructor: kind, left, right }) {
    if (kind === And) return narrow(bounds, left) && narrow(bounds, right);
    if (!(left instanceof Identifier && right instanceof Constant && typeof right.value === 'string')) return false;
    if (!Object.hasOwn(bounds, left.identifier)) return false;
    const bound = bounds[left.identifier];
    // A row at a bound may not match: Azurite looks at every row that it is given.
    if (lower.includes(kind)) bound.from = latest(bound.from, right.value);
    if (upper.includes(kind) && !(right.value > bound.to)) bound.to = right.value;
    return lower.includes(kind) || upper.includes(kind);
  }
}

try {
  for (const [name, version] of Object.entries(expected)) {
    const found = require(`${name}/package.json`).version;
    if (found !== version) throw new Error(`${name} is ${found} instead of ${version}`);
  }
  install();
} catch (e) {
  console.log(`Note: Queries of tables take longer, because Azurite is not as expected: ${e.message.split('\n')[0]}`);
}
