package dev.flint.agent.kube.node;

import dev.flint.oci.json.JsonObject;
import java.util.List;

/**
 * What keeps pods away that do not tolerate it (core/v1 Taint).
 *
 * @param key a label's
 * @param value a label's
 * @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}
 */
public record NodeTaint(String key, String value, String effect) {
  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

  /** That of the published agent. */
  public static final NodeTaint USUAL =
      new NodeTaint("virtual-kubelet.io/provider", "backend", "NoSchedule");

  /** Checks all parts. */
  public NodeTaint {
    LabelText.requireKey(key);
    LabelText.requireValue(value);
    if (!EFFECTS.contains(effect)) {
      throw new IllegalArgumentException(
          "\"" + effect + "\" is no effect of a taint: use " + String.join(", ", EFFECTS));
    }
  }

  /**
   * Parses {@code KEY[=VALUE]:EFFECT}, as {@code kubectl taint} has it.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static NodeTaint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no taint, expected KEY[=VALUE]:EFFECT: " + text);
    }
    String name = text.substring(0, colon);
    int equals = name.indexOf('=');
    return new NodeTaint(
        equals < 0 ? name : name.substring(0, equals),
        equals < 0 ? "" : name.substring(equals + 1),
        text.substring(colon + 1));
  }

  JsonObject json() {
    return JsonObject.empty().with("key", key).with("value", value).with("effect", effect);
  }

  @Override
  public String toString() {
    return key + (value.isEmpty() ? "" : "=" + value) + ":" + effect;
  }
}
