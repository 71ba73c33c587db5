package dev.flint.agent.kube.node;

import java.util.ArrayList;
import java.util.List;

/**
 * The conditions of this Node, with a kubelet's words where it has some. Confined to one thread.
 */
final class NodeConditions {
  private static final int PERCENT = 100;
  private static final int LEAST_PERCENT = 5;
  private static final String PRESSURE = "Pressure";

  private final EvictionLimits limits;
  private final Scarce scarce;
  private final Pressure memory = new Pressure();
  private final Pressure disk = new Pressure();
  private final Pressure tasks = new Pressure();

  /**
   * Nothing is scarce yet.
   *
   * @param limits below which pods go; of memory 5 % are scarce too
   * @param scarce is told
   */
  NodeConditions(EvictionLimits limits, Scarce scarce) {
    this.limits = limits;
    this.scarce = scarce;
  }

  /**
   * The conditions.
   *
   * @param unready why pods cannot be run here, or empty
   * @param now in milliseconds of a clock that never jumps
   */
  List<NodeCondition> of(NodeHost.Readings host, String unready, long now) {
    boolean fewMemory = memory.note(lacksMemory(host), now);
    boolean fewDisk = disk.note(limits.disk().isMet(host.storageUsable(), host.storage()), now);
    long free = host.maxTasks() - host.tasks();
    boolean fewTasks =
        tasks.note(host.maxTasks() > 0 && isBelow(free, host.maxTasks(), LEAST_PERCENT), now);
    List<NodeCondition> all =
        List.of(
            condition(
                "MemoryPressure",
                fewMemory,
                "SufficientMemory",
                "InsufficientMemory",
                "memory available"),
            fewDisk
                ? new NodeCondition(
                    "DiskPressure", true, "KubeletHasDiskPressure", "agent has disk pressure")
                : new NodeCondition(
                    "DiskPressure",
                    false,
                    "KubeletHasNoDiskPressure",
                    "agent has no disk pressure"),
            condition("PIDPressure", fewTasks, "SufficientPID", "InsufficientPID", "PID available"),
            // Whoever can tell it has a network.
            new NodeCondition(
                "NetworkUnavailable", false, "NetworkIsUp", "agent reaches the API server"),
            unready.isEmpty()
                ? new NodeCondition(
                    NodeCondition.READY, true, "KubeletReady", "agent is posting ready status")
                : new NodeCondition(NodeCondition.READY, false, "KubeletNotReady", unready));
    List<String> pressures = new ArrayList<>();
    for (NodeCondition condition : all) {
      if (condition.holds() && condition.type().endsWith(PRESSURE)) {
        pressures.add(condition.type());
      }
    }
    scarce.set(List.copyOf(pressures));
    return all;
  }

  private boolean lacksMemory(NodeHost.Readings host) {
    return limits.memory().isMet(host.memoryAvailable(), host.memory())
        || (host.memory() > 0 && isBelow(host.memoryAvailable(), host.memory(), LEAST_PERCENT));
  }

  private static boolean isBelow(long part, long whole, int percent) {
    return part * (double) PERCENT < whole * (double) percent;
  }

  private static NodeCondition condition(
      String type, boolean scarce, String enough, String tooFew, String what) {
    return new NodeCondition(
        type,
        scarce,
        "KubeletHas" + (scarce ? tooFew : enough),
        "agent has " + (scarce ? "insufficient " : "sufficient ") + what);
  }
}
