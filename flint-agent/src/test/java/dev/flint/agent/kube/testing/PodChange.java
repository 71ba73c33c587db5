package dev.flint.agent.kube.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What may not change about a pod. */
final class PodChange {
  private PodChange() {}

  static void check(Stored old, Tree changed) throws Refusal {
    if (!fixed(old.tree()).equals(fixed(changed))) {
      throw Refusal.invalid(
          old.key(),
          "spec",
          "Forbidden: pod updates may not change fields other than"
              + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
              + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
              + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it"
              + " was previously negative)");
    }
    String rule = changed.text("spec", "restartPolicy").orElse("Always");
    if (!rule.equals("Always")) {
      restarts(old, changed, rule);
    }
  }

  private static Tree fixed(Tree pod) {
    Tree spec = pod.child("spec").map(Tree::copy).orElseGet(Tree::new);
    spec.remove("activeDeadlineSeconds");
    spec.remove("tolerations");
    // Set by a binding, which comes this way.
    spec.remove("nodeName");
    for (String containers : List.of("containers", "initContainers")) {
      spec.children(containers).forEach(container -> container.remove("image"));
    }
    return spec;
  }

  /** A container that has ended for good cannot be said to run again. */
  private static void restarts(Stored old, Tree changed, String rule) throws Refusal {
    Map<String, Long> ended = new HashMap<>();
    for (Tree status : statuses(old.tree())) {
      status
          .number("state", "terminated", "exitCode")
          .ifPresent(code -> ended.put(status.text("name").orElse(""), code));
    }
    for (Tree status : statuses(changed)) {
      Long code = ended.get(status.text("name").orElse(""));
      boolean runsAgain = status.child("state").map(state -> !state.has("terminated")).orElse(true);
      if (code != null && runsAgain && (rule.equals("Never") || code == 0)) {
        throw Refusal.invalid(
            old.key(),
            "status.containerStatuses",
            "Forbidden: may not be transitioned to non-terminated state");
      }
    }
  }

  private static List<Tree> statuses(Tree pod) {
    return pod.child("status")
        .map(status -> status.children("containerStatuses"))
        .orElse(List.of());
  }
}
