/** The model that a configuration names, opened once for every firewall of this process that reads with it. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { remoteHeaders } from './config/remote-headers.ts';
import type { FirewallConfig } from './config/schema.ts';
import type { DetectorModel } from './model/detector-model.ts';
import { type Manifest, readModelFile } from './model/manifest.ts';
import { openOnnxModel } from './model/onnx.ts';
import { openInferenceDetectorModel } from './model/open-inference/detector.ts';
import { openModelThreads } from './model/threads/detector.ts';

/** A model, and how to let go of it. */
export interface SharedModel {
  readonly model: DetectorModel;
  release(): Promise<void>;
}

/** A model that is being opened. */
export interface OpeningModel {
  readonly opened: Promise<SharedModel>;
  /** The graph is read, and on its way to the threads: what this thread does from here on takes no time of theirs. */
  readonly graphRead: Promise<unknown>;
}

/** The model of the folder on this machine, or the one on the server that the configuration names. */
export function openModel(folder: string, manifest: Manifest, config: FirewallConfig): OpeningModel {
  const { url, ...rest } = config.remote;
  if (url === undefined) return acquireModel(folder, manifest, config);
  const { maxTokens } = manifest;
  const model = openInferenceDetectorModel({ url, ...rest, maxTokens, headers: remoteHeaders() });
  const opened = model.then((remote) => ({ model: remote, release: once(() => remote.close()) }));
  return { opened, graphRead: Promise.resolve() };
}

/** A model that the caller opened stays the caller's to close. */
export function unshared(model: DetectorModel): OpeningModel {
  return { opened: Promise.resolve({ model, release: async () => undefined }), graphRead: Promise.resolve() };
}

interface OpenModel {
  readonly model: Promise<DetectorModel>;
  readonly graphRead: Promise<unknown>;
  users: number;
}

/** By model folder, graph, sessions and threads, however many firewalls read with it. */
const open = new Map<string, OpenModel>();

function acquireModel(folder: string, manifest: Manifest, config: FirewallConfig): OpeningModel {
  const key = [folder, manifest.files['model.onnx']?.sha256, config.sessions, config.threads].join(':');
  const entry = open.get(key) ?? { ...openFromFolder(folder, manifest, config), users: 0 };
  open.set(key, entry);
  entry.users++;
  const release = once(async () => {
    entry.users--;
    if (entry.users > 0) return;
    if (open.get(key) === entry) open.delete(key);
    await (await entry.model).close();
  });
  const forget = (error: unknown): never => {
    if (open.get(key) === entry) open.delete(key);
    throw error;
  };
  return { opened: entry.model.then((model) => ({ model, release }), forget), graphRead: entry.graphRead };
}

function openFromFolder(folder: string, manifest: Manifest, config: FirewallConfig): Omit<OpenModel, 'users'> {
  const name = 'model.onnx';
  const { layers, width, maxTokens } = manifest;
  const graphSha256 = manifest.files[name]?.sha256 as string;
  const facts = { graphSha256, where: resolve(folder, name), layers, width, maxTokens, threads: threadsEach(config) };
  const readGraph = (): Promise<Uint8Array> => readModelFile(folder, manifest, name);
  const graph = readGraph();
  const model =
    config.sessions === 0
      ? graph.then((bytes) => openOnnxModel({ ...facts, graph: bytes }))
      : openModelThreads({ ...facts, graph, readAgain: readGraph, sessions: config.sessions });
  // Without the bytes, which are not to be kept.
  return { model, graphRead: graph.then(nothing) };
}

/** Several sessions share the cores; one alone is ONNX Runtime's to divide. */
function threadsEach({ sessions, threads }: FirewallConfig): number {
  return threads > 0 || sessions <= 1 ? threads : Math.max(1, Math.floor(availableParallelism() / sessions));
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}

const nothing = (): undefined => undefined;
