/**
 * What every in-process adapter of alknet-firewall needs, so that an adapter only translates.
 *
 * @module
 */
export { blocked } from './blocked.ts';
export { type Finding, type Guard, guard, type Screener } from './guard.ts';
export { type HoldBackOptions, holdBack } from './hold-back.ts';
export { type Part, textPart } from './part.ts';
