/** A KServe InferenceService that runs a Triton model repository and scales with the load. */

/** What to deploy. */
export interface KServeOptions {
  /** Name of the service: a DNS label. */
  readonly name: string;
  /** Where the model repository lies, as KServe takes it: `pvc://...`, `s3://...`, `gs://...`, `https://...`. */
  readonly storageUri: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Cores of a replica: as many as the repository has instances. */
  readonly cpu: number;
}

/** CPU use, in percent of what is requested, that the autoscaler aims at: the graph does nothing but compute. */
const CPU_TARGET = 70;
/** Of a replica with one session. With the Python backend Triton 2.51 was seen to take 32 MB, and each session 184 MB. */
const BASE_MEMORY_MB = 1024;
/** Each further session holds the weights again. */
const SESSION_MEMORY_MB = 256;

/**
 * Writes the service as YAML. Standard deployment (no Knative), so that the horizontal pod autoscaler looks at CPU use.
 *
 * @see https://kserve.github.io/website/docs/model-serving/predictive-inference/autoscaling/hpa-autoscaler
 */
export function kserveService(options: KServeOptions): string {
  const { name, storageUri, minReplicas, maxReplicas, cpu } = options;
  const resources = `{ cpu: "${cpu}", memory: ${BASE_MEMORY_MB + (cpu - 1) * SESSION_MEMORY_MB}Mi }`;
  return `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: ${name}
  annotations:
    serving.kserve.io/deploymentMode: Standard
    serving.kserve.io/autoscalerClass: hpa
spec:
  predictor:
    minReplicas: ${minReplicas}
    maxReplicas: ${maxReplicas}
    scaleMetric: cpu
    scaleTarget: ${CPU_TARGET}
    model:
      modelFormat: { name: triton }
      protocolVersion: v2
      runtime: kserve-tritonserver
      storageUri: ${JSON.stringify(storageUri)}
      resources:
        requests: ${resources}
        limits: ${resources}
`;
}
