/** Collects nodes and constants, naming what nobody names, so that graph code reads like arithmetic. */
import type { AttributeValue, OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, OnnxValueInfo } from './model.ts';
import { int64Tensor } from './tensors.ts';

const utf8 = new TextEncoder();

/** An attribute value in plain terms: integers become `int`, use {@link float} for floats. */
export type PlainAttribute = number | string | readonly number[] | AttributeValue;

/** What a node is built with besides its inputs. */
export interface NodeOptions {
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, PlainAttribute>>;
  /** Names of the outputs; one generated name where absent. */
  readonly outputs?: readonly string[];
}

/** A float attribute. */
export function float(value: number): AttributeValue {
  return { type: 'float', value };
}

/** An int64 constant of one dimension, such as a shape or axes; returns its name. */
export function numbers(graph: GraphBuilder, name: string, values: readonly number[]): string {
  return graph.constant(int64Tensor(name, [values.length], values));
}

/**
 * A graph under construction.
 *
 * @example
 * const graph = new GraphBuilder();
 * const sum = graph.node('Add', ['a', graph.constant(floatTensor('one', [1], [1]))]);
 */
export class GraphBuilder {
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers = new Map<string, OnnxTensor>();
  private readonly counts = new Map<string, number>();
  private readonly names: ((stem: string) => string) | undefined;

  /** `names` gives names that are free where the graph grows out of another one; absent for a graph of its own. */
  constructor(names?: (stem: string) => string) {
    this.names = names;
  }

  /** Adds a node as it is. */
  add(node: OnnxNode): void {
    this.nodes.push(node);
  }

  /** Adds a constant, once for each name, and returns the name. */
  constant(tensor: OnnxTensor): string {
    if (!this.initializers.has(tensor.name)) this.initializers.set(tensor.name, tensor);
    return tensor.name;
  }

  /** Adds a node and returns the name of its first output. */
  node(opType: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const name = this.unique(opType);
    const outputs = options.outputs ?? [name];
    const attributes = Object.entries(options.attributes ?? {}).map(([key, value]) => toAttribute(key, value));
    this.nodes.push({ name, opType, domain: options.domain ?? '', inputs, outputs, attributes });
    return outputs.find((output) => output !== '') as string;
  }

  /** The finished graph. */
  build(name: string, inputs: readonly OnnxValueInfo[], outputs: readonly OnnxValueInfo[]): OnnxGraph {
    return { name, nodes: this.nodes, initializers: [...this.initializers.values()], inputs, outputs, valueInfo: [] };
  }

  /** A name nobody has yet, such as `Add_3`. */
  unique(stem: string): string {
    if (this.names !== undefined) return this.names(stem);
    const count = (this.counts.get(stem) ?? 0) + 1;
    this.counts.set(stem, count);
    return `${stem}_${count}`;
  }
}

function toAttribute(name: string, value: PlainAttribute): OnnxAttribute {
  if (typeof value === 'number') return { name, type: 'int', value: BigInt(value) };
  if (typeof value === 'string') return { name, type: 'string', value: utf8.encode(value) };
  if ('type' in value) return { name, ...value };
  return { name, type: 'ints', value: value.map(BigInt) };
}
