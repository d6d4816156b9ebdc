/**
 * A firewall as a scanner of LlamaFirewall.
 *
 * @module
 */
export { llamaFirewallRoute } from './route.ts';
export {
  AlknetScanner,
  type Message,
  type Role,
  ScanDecision,
  type ScanResult,
  ScanStatus,
  type Trace,
} from './scanner.ts';
