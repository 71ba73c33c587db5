package dev.flint.agent.pod.launch;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.pod.ObjectName;
import dev.flint.oci.Digest;
import java.nio.charset.StandardCharsets;

/**
 * Ids for the containers of pods: no two containers have one. {@code namespace_pod_container} where
 * that is an id, as no part of it has an underscore; else a shorter one with a digest, which has
 * one underscore only.
 */
public final class InstanceNames {
  private static final int READABLE = 40;
  private static final int HEX = 32;

  private InstanceNames() {}

  /** The id of a container. */
  public static InstanceId of(ObjectName pod, String container) {
    String full = pod.namespace() + "_" + pod.name() + "_" + container;
    if (full.length() <= InstanceId.MAX_LENGTH && !full.contains("--")) {
      return new InstanceId(full);
    }
    String hex = Digest.sha256(full.getBytes(StandardCharsets.UTF_8)).encoded().substring(0, HEX);
    return new InstanceId(readable(pod.name() + "-" + container) + "_" + hex);
  }

  /** The beginning, without doubled separators and without one at the end. */
  private static String readable(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < READABLE; i++) {
      char c = text.charAt(i);
      boolean separator = c == '-' || c == '.';
      if (!separator || isAlphanumeric(out)) {
        out.append(c);
      }
    }
    if (!isAlphanumeric(out)) {
      out.setLength(out.length() - 1);
    }
    return out.toString();
  }

  private static boolean isAlphanumeric(StringBuilder text) {
    char last = text.charAt(text.length() - 1);
    return last != '-' && last != '.';
  }
}
