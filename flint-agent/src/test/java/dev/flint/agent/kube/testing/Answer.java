package dev.flint.agent.kube.testing;

/**
 * What is sent back.
 *
 * @param retryAfterSeconds 0 for no such header
 */
record Answer(int code, String json, long retryAfterSeconds) {
  static Answer of(int code, Stored stored) {
    return new Answer(code, stored.json(), 0);
  }

  static Answer of(int code, Tree tree) {
    return new Answer(code, tree.toString(), 0);
  }

  static Answer of(Refusal refusal) {
    return new Answer(refusal.code(), refusal.status().toString(), refusal.retryAfterSeconds());
  }
}
