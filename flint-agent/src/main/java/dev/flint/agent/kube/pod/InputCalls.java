package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ConfigObject;
import dev.flint.agent.pod.VolumeSpec;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The requests for inputs, each for one object by its name: a node may not list Secrets, and gets
 * those only that pods bound to it name.
 */
final class InputCalls {
  private final ApiClient api;

  InputCalls(ApiClient api) {
    this.api = api;
  }

  /**
   * What the server has.
   *
   * @param object null for a token
   * @param token empty for an object
   * @param uid of an object
   * @param version of an object; 0 if it is no number
   * @param fixed whether it never changes
   * @param seconds how long a token lasts, as the server says
   */
  record Got(
      @Nullable ConfigObject object,
      String token,
      String uid,
      long version,
      boolean fixed,
      long seconds) {
    @Override
    public String toString() {
      return object == null ? "a token" : object.toString();
    }

    /** Roughly the bytes that it takes in memory. */
    long weight() {
      return object == null ? token.length() : object.weight();
    }

    boolean isSame(Got other) {
      return token.equals(other.token)
          && (object == null
              ? other.object == null
              : other.object != null && object.digest().equals(other.object.digest()));
    }
  }

  /**
   * Asks.
   *
   * @param cached whether what the server has in memory will do, which is cheaper for it and may be
   *     older
   */
  Got ask(Input input, boolean cached) throws IOException {
    return input instanceof Input.OfToken token
        ? token(token)
        : object((Input.OfObject) input, cached);
  }

  private Got object(Input.OfObject input, boolean cached) throws IOException {
    ApiPath path = cached ? input.path().with("resourceVersion", "0") : input.path();
    JsonObject document = document(path);
    JsonObject metadata = document.object("metadata").orElse(JsonObject.empty());
    // Only what is used, so that nothing else makes it another; and its name is the one asked for.
    JsonObject name =
        JsonObject.empty()
            .with("namespace", input.name().namespace())
            .with("name", input.name().name());
    JsonObject kept = JsonObject.empty().with("metadata", name);
    String second = input.kind() == ConfigKind.SECRET ? "type" : "binaryData";
    for (String member : List.of("data", second)) {
      if (member.equals("type")) {
        kept = kept.with(member, document.string(member).orElse(""));
      } else {
        kept = kept.withMap(member, document.stringMap(member));
      }
    }
    return new Got(
        ConfigObject.parse(input.kind(), kept),
        "",
        metadata.string("uid").orElse(""),
        version(metadata.string("resourceVersion").orElse("")),
        document.flag("immutable"),
        0);
  }

  private JsonObject document(ApiPath path) throws IOException {
    try {
      return api.getBounded(path);
    } catch (FlintException e) {
      if (e.code() == ErrorCode.POLICY) {
        throw new InputTooLarge(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static long version(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private Got token(Input.OfToken input) throws IOException {
    VolumeSpec.Token wish = input.wish();
    JsonObject pod =
        JsonObject.empty()
            .with("apiVersion", "v1")
            .with("kind", "Pod")
            .with("name", input.pod().name())
            .with("uid", input.uid());
    List<String> audiences = wish.audience().isEmpty() ? List.of() : List.of(wish.audience());
    JsonObject spec =
        JsonObject.empty()
            .withStrings("audiences", audiences)
            .with("expirationSeconds", wish.seconds())
            .with("boundObjectRef", pod);
    JsonObject answer =
        api.create(
            input.path(),
            JsonObject.empty()
                .with("apiVersion", "authentication.k8s.io/v1")
                .with("kind", "TokenRequest")
                .with("spec", spec));
    JsonObject status = answer.object("status").orElse(JsonObject.empty());
    OptionalLong seconds =
        answer.object("spec").orElse(JsonObject.empty()).integer("expirationSeconds");
    return new Got(
        null, status.requiredString("token"), "", 0, false, seconds.orElse(wish.seconds()));
  }
}
