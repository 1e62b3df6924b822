// Linked into wheels and archives, with --wrap for each function: what Swift's libraries ask for in a version that is newer
// than it need be. The older ones are in every glibc and libstdc++ for this processor and do the same, so that the command
// runs with glibc 2.34 and the libstdc++ of GCC 11 (Red Hat 9) too. The linker is lld: gold takes the older version for the
// wrapped one, which then calls itself.

// Since glibc 2.35 errors are not told to a handler that nobody has set.
double older_hypot(double x, double y);
float older_hypotf(float x, float y);
__asm__(".symver older_hypot, hypot@GLIBC_2.2.5");
__asm__(".symver older_hypotf, hypotf@GLIBC_2.2.5");

double __wrap_hypot(double x, double y) { return older_hypot(x, y); }
float __wrap_hypotf(float x, float y) { return older_hypotf(x, y); }

// std::condition_variable::wait(std::unique_lock<std::mutex>&), which GCC 12 declares noexcept.
void older_wait(void *condition, void *lock);
__asm__(".symver older_wait, _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE@GLIBCXX_3.4.11");

void __wrap__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(void *condition, void *lock) {
  older_wait(condition, lock);
}
