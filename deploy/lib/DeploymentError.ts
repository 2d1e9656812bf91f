/** A deployment that cannot go on, and why, in one sentence for whoever runs it. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
}
