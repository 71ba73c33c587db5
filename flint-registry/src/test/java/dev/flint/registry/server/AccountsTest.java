package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Command;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a password file lets in. */
final class AccountsTest {
  private static final String LONG = "x".repeat(80);

  @TempDir Path folder;
  private final SettableClock clock = new SettableClock();

  private Path file() {
    return folder.resolve("users");
  }

  private Accounts accounts(String... lines) throws IOException {
    Htpasswd.write(file(), lines);
    return new Accounts(new HtpasswdFile(file()), clock);
  }

  private static boolean accepts(Accounts accounts, String user, String password)
      throws IOException, Refusal {
    return accounts.accept(user, password.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "user,p:w,true",
    "user,p:W,false",
    "user,p:w2,false",
    "user,'',false",
    "User,p:w,false",
    "nobody,p:w,false",
    "'',p:w,false"
  })
  void letsInWhoHasThePassword(String user, String password, boolean expected) throws Exception {
    Accounts accounts = accounts("# a comment", "", Htpasswd.ACCOUNT, Htpasswd.OTHER);
    for (int i = 0; i < 2; i++) {
      assertEquals(expected, accepts(accounts, user, password));
    }
  }

  @Test
  void takesPasswordsLongerThanBcryptDoes() throws Exception {
    Accounts accounts = accounts(Htpasswd.OTHER);
    assertTrue(accepts(accounts, "other", LONG));
    assertFalse(accepts(accounts, "other", LONG.substring(9)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", "grüße", "with space", "%", "a:b:c"})
  void readsWhatHtpasswdWrites(String password) throws Exception {
    // Escaped, as where no locale is set, arguments are ASCII.
    StringBuilder octal = new StringBuilder();
    for (byte b : password.getBytes(StandardCharsets.UTF_8)) {
      octal.append(String.format("\\%03o", b & 0xff));
    }
    String line =
        Command.run("sh", "-c", "printf '" + octal + "' | htpasswd -niBC 4 me").ok().out().strip();
    assertTrue(accepts(accounts(line), "me", password));
  }

  @Test
  void readsTheFileAgainWhenItChanges() throws Exception {
    Accounts accounts = accounts(Htpasswd.ACCOUNT);
    assertTrue(accepts(accounts, "user", "p:w"));
    assertFalse(accepts(accounts, "other", LONG));
    Htpasswd.write(file(), Htpasswd.OTHER);
    assertFalse(accepts(accounts, "user", "p:w"), "what was remembered counts no more");
    assertTrue(accepts(accounts, "other", LONG));
  }

  @Test
  void letsNobodyInWhileTheFileIsMissingOrMalformed() throws Exception {
    Accounts accounts = accounts(Htpasswd.ACCOUNT);
    assertTrue(accepts(accounts, "user", "p:w"));
    Htpasswd.write(file(), Htpasswd.ACCOUNT, "nonsense");
    assertThrows(FlintException.class, () -> accepts(accounts, "user", "p:w"));
    Files.delete(file());
    assertThrows(IOException.class, () -> accepts(accounts, "user", "p:w"));
    Htpasswd.write(file(), Htpasswd.ACCOUNT);
    assertTrue(accepts(accounts, "user", "p:w"));
  }

  @Test
  void hasNoAccountsInAnEmptyFile() throws Exception {
    assertFalse(accepts(accounts(""), "user", "p:w"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2",
        ":$2y$05$abcdefghijklmnopqrstuuM7E59t/pBLB8x4aZysvBLD.kgRitkEK",
        "user:plain",
        "user:$apr1$abcdefgh$0123456789012345678901",
        "user:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "user:$2y$05$tooshort",
        "user:$2y$99$abcdefghijklmnopqrstuuM7E59t/pBLB8x4aZysvBLD.kgRitkEK",
        "user:$2y$15$abcdefghijklmnopqrstuuM7E59t/pBLB8x4aZysvBLD.kgRitkEK"
      })
  void refusesALineThatIsNoAccountWithoutShowingIt(String line) {
    FlintException failure =
        Failures.expect(ErrorCode.LOCAL_IO, () -> accounts(Htpasswd.ACCOUNT, line));
    assertTrue(
        String.valueOf(failure.getMessage()).startsWith("line 2 of password file "),
        failure::toString);
    assertFalse(failure.toString().contains(line), failure::toString);
  }

  @Test
  void refusesMoreThanSomeWrongPasswordsAtOnceButNotTheRightOne() throws Exception {
    // Of a cost at which they are not over before the last has come.
    String slow = Command.run("htpasswd", "-nbBC", "10", "user", "right").ok().out().strip();
    Accounts accounts = accounts(slow);
    assertTrue(accepts(accounts, "user", "right"));
    ExecutorService clients = Executors.newFixedThreadPool(80);
    try {
      List<Future<Boolean>> wrong = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        String password = "wrong" + i;
        wrong.add(clients.submit(() -> accepts(accounts, "user", password)));
      }
      assertTrue(accepts(accounts, "user", "right"), "it is remembered");
      int refused = 0;
      for (Future<Boolean> answer : wrong) {
        try {
          assertFalse(answer.get());
        } catch (ExecutionException e) {
          Refusal refusal = assertInstanceOf(Refusal.class, e.getCause());
          assertEquals(429, refusal.reply().status());
          refused++;
        }
      }
      assertTrue(refused > 0, "some were too many");
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void checksAnewWhenTheTimeIsOver() throws Exception {
    Accounts accounts = accounts(Htpasswd.ACCOUNT);
    assertTrue(accepts(accounts, "user", "p:w"));
    clock.advance(Accounts.REMEMBERED);
    assertTrue(accepts(accounts, "user", "p:w"));
  }
}
