package dev.finetune.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that keep a core each busy until they are closed, or for some minutes at most. */
final class BusyProcesses implements AutoCloseable {

  /** Ends by itself, so that none is left if this process is killed. */
  private static final String LOOP = "i=0; while [ $i -lt 200000000 ]; do i=$((i+1)); done";

  private final List<Process> processes = new ArrayList<>();

  BusyProcesses(int count) throws IOException {
    try {
      for (int i = 0; i < count; i++) {
        processes.add(new ProcessBuilder("sh", "-c", LOOP).start());
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
