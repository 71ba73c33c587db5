package dev.flint.agent.pod.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.instance.InstanceState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodStatusTest {
  /** W: waits, never ran. w: waits to run again. R, r: runs, ready or not. 0, 3: ended so. */
  private static ContainerStatus status(char c) {
    return switch (c) {
      case 'W' -> of(ContainerStatus.State.WAITING, "ErrImagePull", false, -1);
      case 'P' -> of(ContainerStatus.State.WAITING, "PodInitializing", false, -1);
      case 'w' -> of(ContainerStatus.State.WAITING, "CrashLoopBackOff", false, 1);
      case 'R' -> of(ContainerStatus.State.RUNNING, "", true, -1);
      case 'r' -> of(ContainerStatus.State.RUNNING, "", false, 1);
      case '0' -> of(ContainerStatus.State.TERMINATED, "Completed", false, 0);
      default -> of(ContainerStatus.State.TERMINATED, "Error", false, 3);
    };
  }

  private static ContainerStatus of(
      ContainerStatus.State state, String reason, boolean ready, int code) {
    InstanceState.End end = code < 0 ? null : new InstanceState.End(code, reason, "", 1, 2);
    return new ContainerStatus("c", state, reason, "", true, ready, 0, end);
  }

  private static List<ContainerStatus> all(String text) {
    List<ContainerStatus> out = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      out.add(status(text.charAt(i)));
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({
    "'',R,RUNNING,true,''",
    "'',RR,RUNNING,true,''",
    "'',Rr,RUNNING,false,''",
    "'',R0,RUNNING,false,''",
    "'',R3,RUNNING,false,Error",
    "'',RW,PENDING,false,ErrImagePull",
    "'',w,RUNNING,false,CrashLoopBackOff",
    "'',w0,RUNNING,false,CrashLoopBackOff",
    "'',00,SUCCEEDED,false,''",
    "'',03,FAILED,false,Error",
    "0,R,RUNNING,true,''",
    "R,P,PENDING,false,''",
    "w,P,PENDING,false,CrashLoopBackOff",
    "0W,P,PENDING,false,ErrImagePull",
    "3,P,FAILED,false,Error",
  })
  void followsFromTheContainers(
      String inits, String mains, PodStatus.Phase phase, boolean ready, String reason) {
    PodStatus status = PodStatus.of(all(inits), all(mains));
    assertEquals(phase, status.phase());
    assertEquals(ready, status.ready());
    assertEquals(reason, status.reason());
  }
}
