package dev.finetune.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that each keep a core busy until they are closed, or for a few minutes at most. */
final class BusyProcesses implements AutoCloseable {

  /** Ends by itself, so no process is left if this one is killed. */
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
