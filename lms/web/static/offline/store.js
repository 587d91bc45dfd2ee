// What this phone keeps, in IndexedDB: "outbox", what waits to be sent, each under the person who made it; and "kept",
// a few named things: who is signed in, and per person the list of units that the offline page offers.
const NAME = "hub-and-spoke";
const VERSION = 1;
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("outbox", { keyPath: "key" }).createIndex("person", "person");
      asked.result.createObjectStore("kept", { keyPath: "name" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

// Runs `work` on one store; resolves with its result once the transaction is on the disk, not before.
async function run(store, mode, work) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(store, mode, { durability: "strict" });
    const asked = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const put = (entry) => run("outbox", "readwrite", (store) => store.put(entry));
export const take = (key) => run("outbox", "readonly", (store) => store.get(key));
export const drop = (key) => run("outbox", "readwrite", (store) => store.delete(key));
export const everything = () => run("outbox", "readonly", (store) => store.getAll());

export async function entriesOf(person) {
  const found = await run("outbox", "readonly", (store) => store.index("person").getAll(person));
  return found.sort((one, other) => one.made_at - other.made_at);
}

export const keep = (name, value) => run("kept", "readwrite", (store) => store.put({ name, value }));
export const kept = async (name) => (await run("kept", "readonly", (store) => store.get(name)))?.value;
export const forget = (name) => run("kept", "readwrite", (store) => store.delete(name));
export const names = () => run("kept", "readonly", (store) => store.getAllKeys());
