package dev.flint.agent.kube.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConditionsTest {
  private static final long GIB = 1L << 30;
  private static final long FIVE_MINUTES = 300_000;

  @TempDir Path root;
  private final Scarce scarce = new Scarce();
  private Machine machine;

  @BeforeEach
  void make() throws Exception {
    machine = new Machine(root);
  }

  private static NodeCondition find(
      NodeConditions conditions, NodeHost.Readings host, String type, long now) {
    return conditions.of(host, "", now).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private NodeConditions conditions(int collects) {
    return new NodeConditions(EvictionLimits.usual(collects), scarce);
  }

  private boolean holds(NodeConditions conditions, String type, long now) {
    return find(conditions, machine.host().read(), type, now).holds();
  }

  @Test
  void aMachineWithRoomIsUnderNoPressure() {
    for (NodeCondition condition : conditions(85).of(machine.host().read(), "", 0)) {
      boolean isDisk = condition.type().equals("DiskPressure");
      if (!isDisk) {
        // How full the disk of a test is, is its own matter.
        assertEquals(condition.type().equals("Ready"), condition.holds(), condition.toString());
      }
    }
  }

  @Test
  void memoryIsScarceBelow100MebibytesOr5Percent() throws Exception {
    NodeConditions conditions = conditions(85);
    machine.memory(1 << 20, 100 << 10);
    assertFalse(holds(conditions, "MemoryPressure", 0), "100 MiB of 1 GiB");
    machine.memory(1 << 20, (100 << 10) - 1);
    assertTrue(holds(conditions, "MemoryPressure", 0));
    machine.memory(32 << 20, 1 << 20);
    assertTrue(holds(conditions(85), "MemoryPressure", 0), "3 % of 32 GiB");
    machine.memory(32 << 20, 2 << 20);
    assertFalse(holds(conditions(85), "MemoryPressure", 0), "6 % of 32 GiB");
  }

  @Test
  void whoeverTakesPodsIsToldWhatIsScarce() throws Exception {
    assertEquals(List.of(), scarce.conditions());
    NodeConditions conditions =
        new NodeConditions(EvictionLimits.parse("nodefs.available<0"), scarce);
    machine.memory(1 << 20, 1 << 10);
    machine.tasks(3801);
    conditions.of(machine.host().read(), "", 1000);
    assertEquals(List.of("MemoryPressure", "PIDPressure"), scarce.conditions());
    machine.memory(1 << 20, 1 << 19);
    machine.tasks(1);
    conditions.of(machine.host().read(), "", 1000 + FIVE_MINUTES);
    assertEquals(List.of(), scarce.conditions());
  }

  @Test
  void whatWasScarceStaysSoForFiveMinutes() throws Exception {
    NodeConditions conditions = conditions(85);
    machine.memory(1 << 20, 1 << 10);
    assertTrue(holds(conditions, "MemoryPressure", 1000));
    machine.memory(1 << 20, 1 << 19);
    assertTrue(holds(conditions, "MemoryPressure", 1000 + FIVE_MINUTES - 1));
    assertFalse(holds(conditions, "MemoryPressure", 1000 + FIVE_MINUTES));
  }

  @Test
  void tasksAreScarceWhenFewerThan5PercentAreLeft() throws Exception {
    NodeConditions conditions = conditions(85);
    machine.tasks(3800);
    assertFalse(holds(conditions, "PIDPressure", 0));
    machine.tasks(3801);
    assertTrue(holds(conditions, "PIDPressure", 0));
  }

  /** Some hosts of containers say that there can be one task, whatever there is. */
  @Test
  void aLimitBelowWhatThereIsIsNone() throws Exception {
    machine.write("proc/sys/kernel/threads-max", "1\n");
    assertFalse(holds(conditions(85), "PIDPressure", 0));
    assertEquals(4000, machine.host().read().maxTasks());
  }

  private static NodeHost.Readings disk(long usable) {
    return new NodeHost.Readings(1, GIB, GIB, 1000 * GIB, usable * GIB, 1, 100);
  }

  @Test
  void theDiskIsScarceOnlyWhereRemovingImagesHasNotHelped() {
    assertFalse(find(conditions(85), disk(100), "DiskPressure", 0).holds());
    assertTrue(find(conditions(85), disk(99), "DiskPressure", 0).holds());
    // Images are removed from 94 % on, so 10 % free are none too few.
    assertFalse(find(conditions(94), disk(41), "DiskPressure", 0).holds());
    assertTrue(find(conditions(94), disk(39), "DiskPressure", 0).holds());
    assertTrue(find(conditions(100), disk(99), "DiskPressure", 0).holds());
    assertTrue(find(conditions(50), disk(99), "DiskPressure", 0).holds());
    assertFalse(find(conditions(50), disk(101), "DiskPressure", 0).holds());
  }

  @Test
  void whatAMachineDoesNotSayIsNoPressure() throws Exception {
    machine.remove("proc/meminfo");
    machine.remove("proc/loadavg");
    machine.remove("proc/sys/kernel/pid_max");
    NodeConditions conditions = conditions(85);
    assertFalse(holds(conditions, "MemoryPressure", 0));
    assertFalse(holds(conditions, "PIDPressure", 0));
  }

  @Test
  void readsThisMachine() {
    NodeHost.Readings readings = new NodeHost(Path.of("/"), root).read();
    assertTrue(readings.memory() > readings.memoryAvailable(), readings.toString());
    assertTrue(readings.memoryAvailable() > 0, readings.toString());
    assertTrue(readings.storage() >= readings.storageUsable(), readings.toString());
    assertTrue(readings.tasks() > 0, readings.toString());
  }
}
