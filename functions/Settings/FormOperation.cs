using System.Security.Cryptography;
using System.Text;
using Planable.Company.SignIn;
using Planable.Platform;
using Planable.Work;

namespace Planable.Settings;

/// <summary>The operation id of a form. It is derived from the form, so that a form that is sent twice does its work once.</summary>
static class FormOperation
{
    /// <param name="nonce">The id of the form, the same each time it is sent.</param>
    /// <param name="content">What was filled in.</param>
    public static OperationId Of(Person person, string nonce, string content) => new()
    {
        Name = Base32.Derive(SHA256.HashData(Encoding.UTF8.GetBytes($"{person.Company}\n{person.User.Key}\n{nonce}")), Base32.NameLength),
        Fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes(content)),
    };
}
