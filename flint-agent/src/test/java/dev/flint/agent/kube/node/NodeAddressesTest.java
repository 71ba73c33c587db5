package dev.flint.agent.kube.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeAddressesTest {
  private List<String> route = List.of();

  @Test
  void followsTheRouteAndKeepsTheLastOne() {
    NodeAddresses addresses = new NodeAddresses(List.of(), () -> route);
    assertEquals(List.of(), addresses.look());
    assertEquals("", addresses.first());
    route = List.of("10.0.0.7");
    assertEquals("", addresses.first(), "nobody has looked");
    assertEquals(route, addresses.look());
    route = List.of();
    assertEquals(List.of("10.0.0.7"), addresses.look());
    route = List.of("10.0.0.8");
    assertEquals(route, addresses.look());
    assertEquals("10.0.0.8", addresses.first());
  }

  @Test
  void configuredOnesStay() {
    route = List.of("10.0.0.7");
    NodeAddresses addresses = new NodeAddresses(List.of("10.0.0.9", "fd00::9"), () -> route);
    assertEquals(List.of("10.0.0.9", "fd00::9"), addresses.look());
    assertEquals("10.0.0.9", addresses.first());
  }

  @Test
  void asksTheKernel() {
    NodeAddresses addresses = new NodeAddresses(List.of(), URI.create("https://127.0.0.1:6443"));
    assertEquals(List.of("127.0.0.1"), addresses.look());
  }
}
