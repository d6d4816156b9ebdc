/** Activations on disk: bfloat16 rows in shards, an index line a text. Appending only, so that a stopped run resumes. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Where the rows of one text are. */
export interface Entry {
  /** Key of the text, hex. */
  readonly key: string;
  /** First row; in a reader, an address over all shards. */
  readonly row: number;
  readonly rows: number;
}

/** One shard, open for one writer. */
export interface ShardWriter {
  has(key: string): boolean;
  append(key: string, rows: readonly Float32Array[]): void;
  close(): void;
}

/** All shards, open for reading. Rows are bfloat16 [values]: float32 cut to its upper half, a relative error under 0.4 %. */
export interface Store {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Rows [row, row + count) as bfloat16 bits. */
  read(row: number, count: number): Uint16Array;
  close(): void;
}

/** Row addresses of one shard; no shard has so many rows. */
const shardSpan = 2 ** 32;

/** Opens (or makes) shard `number` in `folder`; `values` numbers a row. A half-written tail of an earlier run is cut off. */
export function openShard(folder: string, number: number, values: number): ShardWriter {
  const shard = join(folder, `shard-${number}`);
  mkdirSync(shard, { recursive: true });
  const dataFile = join(shard, 'rows.bf16');
  const file = openSync(dataFile, 'a');
  const rowBytes = values * 2;
  const entries = readIndex(shard, Math.floor(fstatSync(file).size / rowBytes));
  const keys = new Set(entries.map(({ key }) => key));
  let rows = entries.reduce((most, entry) => Math.max(most, entry.row + entry.rows), 0);
  truncateSync(dataFile, rows * rowBytes);
  return {
    has: (key) => keys.has(key),
    append(key, data) {
      const bits = new Uint16Array(data.length * values);
      for (const [index, row] of data.entries()) toBfloat16(row, bits, index * values);
      writeSync(file, new Uint8Array(bits.buffer));
      appendFileSync(join(shard, 'index.jsonl'), `${JSON.stringify({ key, row: rows, rows: data.length })}\n`);
      keys.add(key);
      rows += data.length;
    },
    close: () => closeSync(file),
  };
}

/** Opens every shard of the folder for reading. */
export function openStore(folder: string, values: number): Store {
  const rowBytes = values * 2;
  const shards = readdirSync(folder)
    .filter((name) => /^shard-\d+$/.test(name))
    .sort()
    .map((name) => ({ folder: join(folder, name), file: openSync(join(folder, name, 'rows.bf16'), 'r') }));
  const entries = new Map<string, Entry>();
  shards.forEach(({ folder: shard, file }, number) => {
    for (const entry of readIndex(shard, Math.floor(fstatSync(file).size / rowBytes))) {
      entries.set(entry.key, { ...entry, row: entry.row + number * shardSpan });
    }
  });
  return {
    entries,
    read(row, count) {
      const bits = new Uint16Array(count * values);
      const { file } = shards[Math.floor(row / shardSpan)] as { file: number };
      readSync(file, new Uint8Array(bits.buffer), 0, count * rowBytes, (row % shardSpan) * rowBytes);
      return bits;
    },
    close: () => {
      for (const { file } of shards) closeSync(file);
    },
  };
}

/** Entries whose rows are all there; a line cut off by a stopped run is passed over. */
function readIndex(shard: string, present: number): Entry[] {
  const file = join(shard, 'index.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const entry = JSON.parse(line) as Entry;
        return entry.row + entry.rows <= present ? [entry] : [];
      } catch {
        return [];
      }
    });
}

/** Rounds to nearest; the input holds no NaN. */
function toBfloat16(row: Float32Array, out: Uint16Array, at: number): void {
  const bits = new Uint32Array(row.buffer, row.byteOffset, row.length);
  for (let i = 0; i < bits.length; i++) out[at + i] = ((bits[i] as number) + 0x8000) >>> 16;
}

/** Widens bfloat16 bits to float32. */
export function fromBfloat16(bits: Uint16Array, out: Float32Array): void {
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
}
