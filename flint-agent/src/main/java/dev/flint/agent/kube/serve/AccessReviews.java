package dev.flint.agent.kube.serve;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Who may do what with this node, as the API server says (authorization/v1 SubjectAccessReview).
 * Thread-safe.
 */
final class AccessReviews {
  private static final ApiPath PATH =
      ApiPath.of("apis", "authorization.k8s.io", "v1", "subjectaccessreviews");
  private static final int MOST = 1000;
  private static final Duration ALLOWED = Duration.ofMinutes(5);
  private static final Duration DENIED = Duration.ofSeconds(30);

  private final ApiClient api;
  private final String node;
  private final Remembered<Question, Boolean> remembered;

  private record Question(Caller caller, String verb, String subresource) {}

  AccessReviews(ApiClient api, String node, InstantSource clock) {
    this.api = api;
    this.node = node;
    this.remembered = new Remembered<>(MOST, clock);
  }

  /**
   * Asks, or remembers.
   *
   * @param verb of the API
   * @param subresource of the node
   * @throws IOException if the server cannot be asked
   */
  boolean allows(Caller caller, String verb, String subresource) throws IOException {
    Question question = new Question(caller, verb, subresource);
    Optional<Boolean> known = remembered.find(question);
    if (known.isPresent()) {
      return known.get();
    }
    boolean allowed = ask(question);
    remembered.keep(question, allowed, allowed ? ALLOWED : DENIED);
    return allowed;
  }

  private boolean ask(Question question) throws IOException {
    Caller caller = question.caller;
    JsonObject spec =
        JsonObject.empty()
            .with("user", caller.name())
            .with("uid", caller.uid())
            .withStrings("groups", caller.groups())
            .with("extra", caller.extra())
            .with(
                "resourceAttributes",
                JsonObject.empty()
                    .with("verb", question.verb)
                    .with("group", "")
                    .with("version", "v1")
                    .with("resource", "nodes")
                    .with("subresource", question.subresource)
                    .with("name", node));
    JsonObject review =
        JsonObject.empty()
            .with("kind", "SubjectAccessReview")
            .with("apiVersion", "authorization.k8s.io/v1")
            .with("spec", spec);
    JsonObject status = api.create(PATH, review).object("status").orElse(JsonObject.empty());
    return status.flag("allowed") && !status.flag("denied");
  }
}
