/**
 * Lets a process exit while a thread is inside ONNX Runtime: Node tears threads down at once, the binding then throws where
 * nothing can catch it, and the whole process aborts. So the exit waits until the thread is out, and no thread goes in again.
 */

/** Shared by a thread and its owner: whether the thread is in native code, and whether it may enter. */
export type ExitGuard = Int32Array<SharedArrayBuffer>; // [busy, leaving]

const busy = 0;
const leaving = 1;

/** Longer than any window or opening takes. */
const maxWaitMs = 10_000;

const guards = new Set<ExitGuard>();

/** The owner's side, when a thread starts. */
export function openExitGuard(): ExitGuard {
  const guard: ExitGuard = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  if (guards.size === 0) process.on('exit', waitForAll);
  guards.add(guard);
  return guard;
}

/** The owner's side, when the thread has ended. */
export function closeExitGuard(guard: ExitGuard): void {
  guards.delete(guard);
  if (guards.size === 0) process.off('exit', waitForAll);
}

function waitForAll(): void {
  for (const guard of guards) Atomics.store(guard, leaving, 1);
  for (const guard of guards) Atomics.wait(guard, busy, 1, maxWaitMs);
}

/** The thread's side: runs native work, unless the process is leaving; then it never settles. */
export async function guarded<T>(guard: ExitGuard, work: () => Promise<T>): Promise<T> {
  Atomics.store(guard, busy, 1);
  try {
    if (Atomics.load(guard, leaving) === 0) return await work();
  } finally {
    Atomics.store(guard, busy, 0);
    Atomics.notify(guard, busy);
  }
  return new Promise(() => undefined);
}
