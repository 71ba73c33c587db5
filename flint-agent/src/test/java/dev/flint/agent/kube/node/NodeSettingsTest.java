package dev.flint.agent.kube.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSettingsTest {
  @Test
  void aNodeIsNamedAsItsHostInLowerCase() {
    assertEquals("edge-7.lan", NodeSettings.named(NodeSettings.nameOf("Edge-7.LAN\n")).name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Edge", "edge_7", "-edge", "edge.", "a/b", "..", "ä"})
  void refusesNamesThatTheClusterWouldRefuse(String name) {
    assertThrows(IllegalArgumentException.class, () -> NodeSettings.named(name));
  }

  @Test
  void readsTaintsAsKubectlHasThem() {
    assertEquals(new NodeTaint("a.b/c", "d", "NoExecute"), NodeTaint.parse("a.b/c=d:NoExecute"));
    assertEquals(new NodeTaint("c", "", "NoSchedule"), NodeTaint.parse("c:NoSchedule"));
    assertEquals(NodeTaint.USUAL, NodeTaint.parse(NodeTaint.USUAL.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a=b", "a=b:Never", ":NoSchedule", "a=b c:NoSchedule", "A/b:x"})
  void refusesWhatIsNoTaint(String text) {
    assertThrows(IllegalArgumentException.class, () -> NodeTaint.parse(text));
  }

  @Test
  void readsLabelsAsAKubeletDoes() {
    assertEquals(Map.of("site", "roof", "a.b/c", ""), NodeSettings.parseLabels("site=roof,a.b/c="));
    for (String text : new String[] {"", "a=b,", "=b", "a=-b", "a b=c", "a/b/c=d"}) {
      assertThrows(IllegalArgumentException.class, () -> NodeSettings.parseLabels(text), text);
    }
  }

  @Test
  void readsWhatIsReserved() {
    assertEquals(
        new Reserved(500, 256L << 20, 1L << 30),
        Reserved.parse("cpu=500m,memory=256Mi,ephemeral-storage=1Gi"));
    assertEquals(new Reserved(1000, 0, 0), Reserved.parse("cpu=1"));
    for (String text : new String[] {"", "cpu", "cpu=", "cpu=-1", "disk=1Gi", "memory=1Q"}) {
      assertThrows(IllegalArgumentException.class, () -> Reserved.parse(text), text);
    }
  }

  /** As a kubelet's: it would be evicted of what it is given. */
  @Test
  void whatMustBeLeftIsReservedToo() {
    EvictionLimits limits = EvictionLimits.parse("memory.available<200Mi,nodefs.available<10%");
    assertEquals(
        new Reserved(500, 300L << 20, 1100),
        new Reserved(500, 100L << 20, 100).and(limits, 1L << 30, 10_000));
    assertEquals(
        Long.MAX_VALUE, new Reserved(0, Long.MAX_VALUE, 0).and(limits, 1L << 30, 0).memory());
  }

  /** The rule of the admission plug-in NodeRestriction. */
  @Test
  void knowsWhichLabelsANodeMayGiveItself() {
    for (String key :
        new String[] {
          "type",
          "site",
          "kubernetes.io/hostname",
          "kubernetes.io/os",
          "topology.kubernetes.io/zone",
          "node.kubernetes.io/exclude-from-external-load-balancers",
          "x.kubelet.kubernetes.io/y",
          "feather.backend/osv",
          "flint.dev/acceleration",
          "mykubernetes.io/x"
        }) {
      assertTrue(NodeLabels.isAllowed(key), key);
    }
    for (String key :
        new String[] {
          "kubernetes.io/role",
          "node-role.kubernetes.io/agent",
          "node-restriction.kubernetes.io/x",
          "a.node-restriction.kubernetes.io/x",
          "k8s.io/x",
          "a.k8s.io/x"
        }) {
      assertFalse(NodeLabels.isAllowed(key), key);
    }
  }
}
