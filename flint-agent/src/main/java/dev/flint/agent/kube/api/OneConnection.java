package dev.flint.agent.kube.api;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;

/**
 * While there is no connection, one call alone makes it; the others wait and share it. They would
 * each make one and throw all but one away, and a handshake takes an agent whose code is not
 * compiled a second. Of calls that a thread waits for. Thread-safe.
 */
final class OneConnection extends EventListener {
  /** Behind a server that does not answer nobody waits longer than this for another's turn. */
  private static final long PATIENCE_SECONDS = 2;

  private final ConnectionPool pool;
  private final ReentrantLock connecting = new ReentrantLock();

  OneConnection(ConnectionPool pool) {
    this.pool = pool;
  }

  @Override
  public void callStart(Call call) {
    if (pool.connectionCount() > 0) {
      return;
    }
    try {
      if (!connecting.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      // The call itself ends by it.
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void connectionAcquired(Call call, Connection connection) {
    end();
  }

  @Override
  public void callFailed(Call call, IOException why) {
    end();
  }

  /** Also of a call that failed with an exception that OkHttp does not know. */
  @Override
  public void callEnd(Call call) {
    end();
  }

  private void end() {
    if (connecting.isHeldByCurrentThread()) {
      connecting.unlock();
    }
  }
}
