package dev.flint.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpOptionTest {
  /** Pods of a cluster may be anybody's. */
  @ParameterizedTest
  @CsvSource({
    "--pods p, true",
    "--kubeconfig k, false",
    "--kubeconfig k --pods p, false",
    "--kubeconfig k --listen 127.0.0.1:9000, true",
    "--pods p --listen 127.0.0.1:10248, true",
  })
  void aNodeTellsOfPodsOnlyWhereItIsToldTo(String options, boolean all) throws Exception {
    assertEquals(all, HttpOption.tellsAll(AgentArguments.parse(options.split(" ", -1))));
  }
}
