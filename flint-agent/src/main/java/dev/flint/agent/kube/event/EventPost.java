package dev.flint.agent.kube.event;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells the API server of events, if it can be done: whoever has one never waits, and what is too
 * much, or cannot be told now, is forgotten. There is a thread only while there is something to
 * tell.
 */
public final class EventPost implements Consumer<ObjectEvent>, Closeable {
  private static final int STACK = 512 * 1024;
  private static final int MAX_WAITING = 200;
  private static final int MAX_KNOWN = 200;
  private static final int IDLE_SECONDS = 5;

  /** A server forgets events after an hour. */
  private static final long MAX_AGE = Duration.ofMinutes(50).toMillis();

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

  private final ApiClient api;
  private final String node;
  private final InstantSource clock;
  private final LongSupplier millis;
  private final Consumer<String> warnings;
  private final ThreadPoolExecutor thread;

  /** What was told; this and what follows is confined to the thread. */
  private final Map<ObjectEvent, Told> known = new LinkedHashMap<>(16, 0.75f, true);

  private final EventBudget budget = new EventBudget();
  private long number;

  /** Of the steady clock. */
  private long quietUntil;

  private boolean complained;

  /**
   * An event of the server.
   *
   * @param first when it was told first, of the steady clock
   */
  private record Told(String name, long count, long first) {}

  /**
   * Posts to a server.
   *
   * @param node who tells it
   * @param clock for times that are told; it may jump
   * @param millis for when to tell what; it only goes on
   * @param warnings is told once if the server does not let us
   */
  public EventPost(
      ApiClient api,
      String node,
      InstantSource clock,
      LongSupplier millis,
      Consumer<String> warnings) {
    this.api = api;
    this.node = node;
    this.clock = clock;
    this.millis = millis;
    this.quietUntil = millis.getAsLong();
    this.warnings = warnings;
    // Later than all numbers of an earlier agent.
    this.number = clock.millis() * 1_000_000;
    this.thread =
        new ThreadPoolExecutor(
            0,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            work -> {
              Thread made = new Thread(null, work, "flint-events", STACK);
              made.setDaemon(true);
              return made;
            },
            new ThreadPoolExecutor.DiscardPolicy());
  }

  @Override
  public void accept(ObjectEvent event) {
    long time = clock.millis();
    long now = millis.getAsLong();
    thread.execute(() -> tell(event, time, now));
  }

  /** That it happened at a time of the wall clock, which is now of the other. */
  private void tell(ObjectEvent event, long time, long now) {
    if (millis.getAsLong() < quietUntil || !budget.take(event.uid(), now)) {
      return;
    }
    try {
      post(event, time, now);
    } catch (ApiFailure e) {
      refused(e);
    } catch (FlintException e) {
      pause(e.code() == ErrorCode.NETWORK ? AFTER_FAILURE : Duration.ZERO);
    } catch (IOException | RuntimeException e) {
      pause(AFTER_FAILURE);
    }
  }

  private void post(ObjectEvent event, long time, long now) throws IOException {
    Told before = known.get(event);
    ApiPath path = ApiPath.core(event.pod().namespace(), "events");
    if (before != null && now - before.first < MAX_AGE) {
      long count = before.count + 1;
      try {
        api.change(path.then(before.name), ObjectEvent.again(count, time));
        known.put(event, new Told(before.name, count, before.first));
        return;
      } catch (ApiFailure e) {
        if (!e.isMissing()) {
          throw e;
        }
      }
    }
    var object = event.object(++number, node, time);
    api.create(path, object);
    String name = object.object("metadata").orElseThrow().requiredString("name");
    known.put(event, new Told(name, 1, now));
    if (known.size() > MAX_KNOWN) {
      known.remove(known.keySet().iterator().next());
    }
  }

  /** In a namespace that is about to go nothing can be made; that is no trouble of others. */
  private void refused(ApiFailure e) {
    boolean busy = e.code() == ErrorCode.NETWORK;
    Duration wish = e.retryAfter();
    pause(busy && wish.compareTo(AFTER_FAILURE) < 0 ? AFTER_FAILURE : wish);
    if (!busy && !complained) {
      complained = true;
      warnings.accept("an event cannot be told: " + FlintException.line(e));
    }
  }

  private void pause(Duration time) {
    quietUntil = millis.getAsLong() + time.toMillis();
  }

  /** Forgets what was not told yet. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
