package dev.flint.agent.kube.serve;

import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Who asks, as Kubernetes knows them (authentication/v1 UserInfo).
 *
 * @param uid may be empty
 * @param extra more of what is known of them, for whoever decides
 */
record Caller(String name, String uid, List<String> groups, JsonObject extra) {
  private static final String KNOWN = "system:authenticated";

  /** Adds the group of all who are known. */
  Caller {
    List<String> all = new ArrayList<>(groups);
    if (!all.contains(KNOWN)) {
      all.add(KNOWN);
    }
    groups = List.copyOf(all);
  }
}
