/** `nemo-config`: prints the config.yml with which NeMo Guardrails asks this firewall, and the flows it has no rail for. */

import { type Command, Option } from 'commander';
import { InputError } from '../input/read-text.ts';

interface NemoFlags {
  readonly rail: keyof typeof configs;
  readonly url: string;
  readonly all?: true;
  readonly flows?: true;
}

const configs = { kserve: hfClassifier, vllm: hfClassifier, nim, server };

/** Adds the subcommand. */
export function addNemoConfig(program: Command): void {
  program
    .command('nemo-config')
    .description('Print a config.yml for NVIDIA NeMo Guardrails that asks `alknet-firewall serve`.')
    .addOption(
      new Option('--rail <rail>', 'which detector NeMo asks as').choices(Object.keys(configs)).default('kserve'),
    )
    .option('--url <url>', 'where the routes for NeMo are mounted', 'http://127.0.0.1:8080/nemo')
    .option('--all', 'rails for retrieved documents, tool results and tool calls too; they need the flows')
    .option('--flows', 'print the Colang flows of --all instead: alknet.co, beside config.yml')
    .addHelpText(
      'after',
      `
With kserve and vllm NeMo blocks whatever goes wrong. With nim it lets a message pass that it got no verdict on.

  alknet-firewall nemo-config > config/config.yml
  alknet-firewall nemo-config --all > config/config.yml
  alknet-firewall nemo-config --flows > config/alknet.co`,
    )
    .action(({ rail, url, all, flows }: NemoFlags) => {
      if (all && configs[rail] !== hfClassifier) throw new InputError('--all goes with --rail kserve or vllm');
      process.stdout.write(flows ? colang : configs[rail](baseOf(url), rail, all === true));
    });
}

/** Without what could not stand in a base URL, and safe between double quotes in YAML. */
function baseOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new InputError('--url is no http(s) URL');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function hfClassifier(url: string, engine: string, all: boolean): string {
  const more = (flow: string): string => (all ? flow : '');
  return `# NeMo Guardrails 0.24 asks alknet-firewall. Put your models: beside this.
rails:
  config:
    hf_classifier:
      # A user's words, and the model's own.
      alknet: &alknet
        engine: ${engine}
        model: alknet
        base_url: "${url}"
        # What the firewall blocks is at 0.5 or above, whatever its score; what it allows is below.
        threshold: 0.5
        # Add SUSPICIOUS to block what the firewall only flags. FAILED: blocked because nothing could be screened.
        blocked_labels: [INJECTION, FAILED]
        parameters:
          timeout: 10
      # Data is read by another head: there, any instruction to the assistant is suspicious.
      alknet_document: { <<: *alknet, model: alknet-document }
      alknet_tool: { <<: *alknet, model: alknet-tool }
  input:
    flows:${more('\n      - alknet check given documents')}
      - hf classifier check input $classifier="alknet"
  output:
    flows:
      - hf classifier check output $classifier="alknet"
    streaming:
      enabled: true
      # NeMo's default, true, shows a chunk before it is checked.
      stream_first: false
${more(`  retrieval:
    flows:
      - alknet check retrieved documents
  tool_input:
    flows:
      - alknet check tool result
  tool_output:
    flows:
      - alknet check tool calls
`)}`;
}

function nim(url: string): string {
  return `# NeMo Guardrails 0.24 asks alknet-firewall as it asks the JailbreakDetect NIM. Put your models: beside this.
# When there is no answer (server down, wrong path or port, timeout of 30 s), NeMo LETS THE MESSAGE PASS.
# \`alknet-firewall nemo-config --rail kserve\` blocks then.
rails:
  config:
    jailbreak_detection:
      nim_base_url: "${url}/v1"
      nim_server_endpoint: classify
  input:
    flows:
      - jailbreak detection model
`;
}

function server(url: string): string {
  return `# NeMo Guardrails 0.24 asks alknet-firewall as it asks its jailbreak detection server. Put your models: beside this.
# NeMo LETS THE MESSAGE PASS on any status but 200 (wrong path, a proxy's 502); without a connection it blocks.
# \`alknet-firewall nemo-config --rail kserve\` always blocks.
rails:
  config:
    jailbreak_detection:
      # With ${url}/heuristics the flow is \`jailbreak detection heuristics\`.
      server_endpoint: "${url}/model"
  input:
    flows:
      - jailbreak detection model
`;
}

/** Colang 1.0. What a rail of NeMo's own does not do in 0.24.1, each with the reason why it is needed. */
const colang = `# For config.yml of \`alknet-firewall nemo-config --all\`.

# NeMo's own flow for retrieval takes $classifier=, which it refuses in this place when it loads.
define subflow alknet check retrieved documents
  $response = execute hf_classifier_check_retrieval(classifier="alknet_document")
  if $response.is_transform
    $relevant_chunks = ""

# Documents that the caller passes in: without dialog flows NeMo runs no retrieval rail over them.
define subflow alknet check given documents
  if $relevant_chunks
    $response = execute hf_classifier_check_retrieval(classifier="alknet_document", text=$relevant_chunks)
    if $response.is_transform
      $relevant_chunks = ""

define subflow alknet check tool result
  $response = execute hf_classifier_check_input(classifier="alknet_tool", text=$tool_message)
  if $response.is_blocked
    bot refuse to respond
    stop

# NeMo runs no model after tool results that passed their rails.
define flow alknet go on after tool results
  event ToolInputRailsFinished
  create event UserMessage(text=$last_user_message)

# A stopped flow leaves the calls in the answer, so they are taken out first.
define subflow alknet check tool calls
  $response = execute hf_classifier_check_input(classifier="alknet_tool", text=$tool_calls)
  if $response.is_blocked
    create event StartToolCallBotAction(tool_calls="")
    bot refuse to respond
    stop
`;
