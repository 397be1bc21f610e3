import Glibc

/// What the thread is called that runs this.
func threadName() -> String {
    let file = unsafe open("/proc/thread-self/comm", O_RDONLY)
    defer { close(file) }
    var name = [UInt8](repeating: 0, count: 16)
    let count = unsafe read(file, &name, name.count)
    return String(decoding: name.prefix(max(0, count)), as: UTF8.self)
}
