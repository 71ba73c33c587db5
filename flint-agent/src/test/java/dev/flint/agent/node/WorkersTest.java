package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private final List<String> said = new ArrayList<>();
  private boolean refused = true;

  @Test
  void workWaitsUntilThereAreThreads() throws Exception {
    CountDownLatch done = new CountDownLatch(2);
    Workers workers = new Workers(this::thread, said::add);
    workers.execute(done::countDown);
    workers.execute(done::countDown);
    workers.again();
    assertEquals(2, done.getCount());
    assertEquals(
        List.of("there are too few threads for pods: unable to create native thread"), said);
    refused = false;
    workers.again();
    assertTrue(done.await(60, TimeUnit.SECONDS));
    assertEquals("there are threads for pods again", said.get(1));
    workers.end(60);
  }

  /** What the start of a thread says that the system does not give. */
  private Thread thread(Runnable work) {
    if (refused) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    return new Thread(work);
  }

  @Test
  void nothingIsBegunAfterTheEnd() {
    Workers workers = new Workers(Thread::new, said::add);
    workers.end(0);
    workers.execute(() -> said.add("begun"));
    workers.again();
    assertEquals(List.of(), said);
  }
}
