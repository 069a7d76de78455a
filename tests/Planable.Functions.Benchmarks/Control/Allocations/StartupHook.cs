using System.Globalization;
using System.Net.Sockets;
using System.Text;

/// <summary>
/// Loaded into a program by <c>DOTNET_STARTUP_HOOKS</c>: tells whoever connects to a socket named by the process how much it has allocated.
/// </summary>
static class StartupHook
{
    /// <summary>The runtime calls this before the program starts.</summary>
    public static void Initialize() => new Thread(Answer) { IsBackground = true }.Start();

    static void Answer()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint($"\0allocations-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}"));
        socket.Listen();
        while (true)
        {
            using var caller = socket.Accept();
            caller.Send(Encoding.ASCII.GetBytes(GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture)));
        }
    }
}
